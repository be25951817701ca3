#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include <tubes/bus/error.hpp>
#include <tubes/tests/support/temp_folder.hpp>
#include <tubes/transports/zeromq/allowed_keys.hpp>
#include <tubes/transports/zeromq/key_files.hpp>

using namespace tubes::zeromq;
using tubes::Error;
using tubes::ErrorCode;
using tubes::test::TempFolder;
namespace fs = std::filesystem;

namespace {

template <class Action>
std::string error_of(ErrorCode code, Action action) try {
  action();
  return "none";
} catch (const Error& error) {
  CHECK(error.code() == code);
  return error.what();
}

std::string refusal_of_secret(const fs::path& path) {
  return error_of(ErrorCode::invalid_url, [&] { secret_key_of(path); });
}

std::string refusal_of_public(const std::string& text) {
  return error_of(ErrorCode::invalid_url, [&] { public_key_of(text); });
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

fs::path write(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
  fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
  return path;
}

std::string text_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("new keys are written into two files, the secret one for its owner alone") {
  const TempFolder folder;
  const auto path = folder.path() / "bot";
  const auto pair = write_new_keys(path);
  CHECK(secret_key_of(path) == pair.secret_key);
  CHECK(public_key_of(path.string() + ".pub") == pair.public_key);
  CHECK(fs::status(path).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK_FALSE(contains(text_of(path.string() + ".pub"), hexadecimal(pair.secret_key)));
}

TEST_CASE("new keys overwrite nothing, and leave no half behind") {
  const TempFolder folder;
  const auto path = folder.path() / "bot";
  const auto making = [&] { write_new_keys(path); };
  write(path, "mine");
  CHECK(contains(error_of(ErrorCode::invalid_argument, making), "File exists"));
  CHECK(text_of(path) == "mine");
  CHECK_FALSE(fs::exists(path.string() + ".pub"));
  fs::rename(path, path.string() + ".pub");
  CHECK(contains(error_of(ErrorCode::invalid_argument, making), "bot.pub (File exists)"));
  CHECK_FALSE(fs::exists(path));
  CHECK(text_of(path.string() + ".pub") == "mine");
}

TEST_CASE("a secret key that others may read is refused with the remedy") {
  const TempFolder folder;
  const auto path = folder.path() / "bot";
  write_new_keys(path);
  for (const auto others : {fs::perms::group_read, fs::perms::others_read, fs::perms::group_write,
                            fs::perms::others_write}) {
    fs::permissions(path, fs::perms::owner_read | others);
    CHECK(contains(refusal_of_secret(path), "chmod 600 " + path.string()));
  }
  fs::permissions(path, fs::perms::owner_read);
  CHECK(refusal_of_secret(path) == "none");
}

TEST_CASE("a file that holds no key, or the other half, is refused by name") {
  const TempFolder folder;
  const auto path = folder.path() / "bot";
  write_new_keys(path);
  const auto shared = path.string() + ".pub";
  CHECK(contains(refusal_of_secret(shared), shared + " holds a public key"));
  CHECK(contains(refusal_of_public(path.string()), path.string() + " holds a secret key"));
  CHECK(contains(refusal_of_secret(folder.path() / "none"), "none cannot be read"));
  CHECK(contains(refusal_of_public("/no/such.pub"), "/no/such.pub is neither"));
  CHECK(contains(refusal_of_secret(folder.path()), "cannot be read"));
  const auto broken = write(folder.path() / "broken", "# a comment\nsecret words\n");
  CHECK(contains(refusal_of_secret(broken), "holds no secret key"));
  CHECK_FALSE(contains(refusal_of_secret(broken), "words"));
}

TEST_CASE("a key that stands in the wrong place is not repeated") {
  const std::string secret(64, '7');
  CHECK_FALSE(contains(refusal_of_secret(secret), secret));
  CHECK(contains(refusal_of_secret(secret), "put it into a file"));
  const std::string z85 = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
  CHECK_FALSE(contains(refusal_of_secret(z85), z85));
  CHECK_FALSE(contains(refusal_of_public(z85), z85));
}

TEST_CASE("a file whose path could be a key in Z85 is read all the same") {
  const TempFolder folder;
  const auto before = fs::current_path();
  fs::current_path(folder.path());
  const std::string path(40, 'a');  // as long as a key
  const auto pair = write_new_keys(path);
  fs::rename(path + ".pub", std::string(40, 'b'));
  CHECK(secret_key_of(path) == pair.secret_key);
  CHECK(public_key_of(std::string(40, 'b')) == pair.public_key);
  fs::current_path(before);
}

TEST_CASE("a public key is read from the text itself, or from a file in either notation") {
  const TempFolder folder;
  const auto key = new_keys().public_key;
  CHECK(public_key_of(hexadecimal(key)) == key);
  const auto z85 = write(folder.path() / "z85", "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID\r\n");
  CHECK(public_key_of(z85.string()) == *to_key("bb88471d65e2659b30c55a5321cebb5aab2b70a398645c26dc"
                                               "a2b2fcb43fc518"));
}

TEST_CASE("allowed keys are read anew each time, from a file or from a folder's *.pub") {
  const TempFolder folder;
  const auto first = new_keys().public_key, second = new_keys().public_key;
  const auto file = write(folder.path() / "one.pub", hexadecimal(first) + " of the first bot\n");
  const auto ignore = [](const std::string&) {};
  const AllowedKeys by_file(file, ignore), by_folder(folder.path(), ignore);
  for (const auto* allowed : {&by_file, &by_folder}) {
    CHECK(allowed->allows(first));
    CHECK_FALSE(allowed->allows(second));
  }
  write(folder.path() / "two.pub", hexadecimal(second));
  CHECK(by_folder.allows(second));
  CHECK_FALSE(by_file.allows(second));
  fs::rename(folder.path() / "two.pub", folder.path() / "two.gone");
  CHECK_FALSE(by_folder.allows(second));
  write(file, "# nobody\n\n");
  CHECK_FALSE(by_file.allows(first));
}

TEST_CASE("no path of allowed keys means anyone") {
  CHECK(AllowedKeys({}, {}).allows(new_keys().public_key));
}

TEST_CASE("allowed keys that cannot be read are an error at first, and a warning later") {
  const TempFolder folder;
  const auto key = new_keys().public_key;
  const auto file = folder.path() / "keys";
  std::string warnings;
  const auto warn = [&](const std::string& text) { warnings += text + "\n"; };
  const auto opening = [&] { AllowedKeys(file, warn); };
  CHECK(contains(error_of(ErrorCode::invalid_url, opening), "cannot be read"));
  write(file, hexadecimal(key) + "\nnonsense\n");
  CHECK(contains(error_of(ErrorCode::invalid_url, opening), "keys:2 is no public key"));
  write(file, hexadecimal(key));
  const AllowedKeys allowed(file, warn);
  write(file, "nonsense\n" + hexadecimal(key));
  CHECK(allowed.allows(key));
  CHECK(contains(warnings, "keys:1 is no public key"));
  fs::remove(file);
  CHECK_FALSE(allowed.allows(key));
  CHECK(contains(warnings, "keys cannot be read"));
}

TEST_CASE("a secret key among the allowed ones is a fault") {
  const TempFolder folder;
  write_new_keys(folder.path() / "bot");
  fs::rename(folder.path() / "bot", folder.path() / "secret.pub");
  const auto found = public_keys_of(folder.path());
  CHECK(found.keys.size() == 1);
  REQUIRE(found.faults.size() == 1);
  CHECK(contains(found.faults[0], "secret.pub holds a secret key"));
}

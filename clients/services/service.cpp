#include <array>
#include <utility>

#include <tubes/clients/services/service.hpp>

namespace tubes::services {
namespace {

using Make = std::unique_ptr<Service> (*)(const Setting&);

constexpr std::array<std::pair<std::string_view, Make>, 8> all{{{"admin", make_admin},
                                                                {"github", make_github},
                                                                {"log", make_log},
                                                                {"release", make_release},
                                                                {"reply", make_reply},
                                                                {"semantics", make_semantics},
                                                                {"ticket", make_ticket},
                                                                {"webhooks", make_webhooks}}};

}  // namespace

std::vector<std::string_view> names() {
  std::vector<std::string_view> list;
  list.reserve(all.size());
  for (const auto& [name, make] : all) list.push_back(name);
  return list;
}

std::unique_ptr<Service> make(std::string_view name, const Setting& setting) {
  for (const auto& [known, make_it] : all) {
    if (known != name) continue;
    auto service = make_it(setting);
    try {
      setting.options.finish();
    } catch (...) {
      setting.bus.close();  // before its handlers lose what they work on
      throw;
    }
    return service;
  }
  std::string list;
  for (const auto& [known, make_it] : all) list.append(list.empty() ? "" : ", ").append(known);
  throw Error(ErrorCode::invalid_argument,
              "no service is called \"" + std::string(name) + "\"; there is " + list);
}

}  // namespace tubes::services

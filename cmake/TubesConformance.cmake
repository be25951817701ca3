# tubes_conformance_tests(TARGET [PREFIX p] [PROPERTIES …]): each case of the suite, for each
# transport of the program TARGET (whose main calls tubes::conformance::main), a ctest of its own,
# named "<p><transport>: <sentence>". A case that is not selected counts as skipped, and its output
# says what it needs.
set(TUBES_CONFORMANCE_DISCOVERY "${CMAKE_CURRENT_LIST_DIR}/TubesConformanceDiscovery.cmake")

function(tubes_conformance_tests target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "PREFIX" "PROPERTIES")
  set(tests "${CMAKE_CURRENT_BINARY_DIR}/${target}_cases.cmake")
  add_custom_command(
    TARGET ${target} POST_BUILD BYPRODUCTS "${tests}"
    COMMAND "${CMAKE_COMMAND}" -D "PROGRAM=$<TARGET_FILE:${target}>" -D "TESTS=${tests}"
            -D "PREFIX=${arg_PREFIX}" -D "PROPERTIES=${arg_PROPERTIES}"
            -P "${TUBES_CONFORMANCE_DISCOVERY}"
    VERBATIM)
  file(WRITE "${tests}.in"
       "if(EXISTS [==[${tests}]==])\n  include([==[${tests}]==])\nelse()\n"
       "  add_test([==[${arg_PREFIX}NOT_BUILT: ${target}]==] NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${tests}.in")
endfunction()

# Run after the program was built: asks it for its transports and cases, and writes them as tests.
foreach(what transports list)
  execute_process(COMMAND "${PROGRAM}" --${what} OUTPUT_VARIABLE ${what}
                  COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REPLACE "\n" ";" ${what} "${${what}}")
endforeach()

set(script "")
foreach(transport IN LISTS transports)
  foreach(case IN LISTS list)
    set(test "[==[${PREFIX}${transport}: ${case}]==]")
    string(APPEND script "add_test(${test} [==[${PROGRAM}]==] --transport [==[${transport}]==]"
                         " --case [==[${case}]==])\nset_tests_properties(${test} PROPERTIES"
                         " SKIP_RETURN_CODE 77 TIMEOUT 300 ${PROPERTIES})\n")
  endforeach()
endforeach()
file(WRITE "${TESTS}" "${script}")

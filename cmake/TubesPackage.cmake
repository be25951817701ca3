# What `cmake --install` installs, and how CMake and pkg-config find it. Each library that has HEADERS
# is a component of the package; what its users must find is read from what it links.
#
# To install apart: --component runtime (programs, shared libraries, documentation) and
# --component devel (headers, archives, packages, schemas).

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/tubes")
set(made "${PROJECT_BINARY_DIR}/package")

# What a user of the target links too: `components` of ours, of which a shared library hides
# `hidden_components` from the linker's command line; `packages` for find_package; `modules` for
# pkg-config that CMake users need as well.
function(tubes_read_needs target)
  get_target_property(linked ${target} LINK_LIBRARIES)
  get_target_property(visible ${target} INTERFACE_LINK_LIBRARIES)
  list(TRANSFORM visible REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1")
  foreach(library IN LISTS visible linked)
    if(library MATCHES "^tubes(::|_)(.+)$")
      list(APPEND components ${CMAKE_MATCH_2})
      if(NOT library IN_LIST visible)
        list(APPEND hidden_components ${CMAKE_MATCH_2})
      endif()
    elseif(NOT library IN_LIST visible)
      continue()  # a shared library has found it already
    elseif(library MATCHES "^PkgConfig::(.+)$")
      list(APPEND modules ${CMAKE_MATCH_1})
    elseif(library STREQUAL "Threads::Threads")
      list(APPEND packages Threads)
    elseif(library STREQUAL "protobuf::libprotobuf")
      list(APPEND packages Protobuf)
    elseif(library MATCHES "^OpenSSL::")
      list(APPEND packages OpenSSL)
    elseif(library)
      message(FATAL_ERROR "${target} links ${library}, but cmake/TubesPackage.cmake does not know "
                          "how users of an installed ${target} find that; say so there")
    endif()
  endforeach()
  foreach(list IN ITEMS components hidden_components packages modules)
    list(REMOVE_DUPLICATES ${list})
    set(${list} ${${list}} PARENT_SCOPE)
  endforeach()
endfunction()

# For CMake: lines of tubes-config.cmake.
function(tubes_describe_needs name)
  tubes_read_needs(tubes_${name})
  foreach(list IN ITEMS components packages modules)
    if(${list})
      list(JOIN ${list} " " words)
      string(APPEND lines "set(tubes_${name}_${list} ${words})\n")
    endif()
  endforeach()
  set(needs "${needs}${lines}" PARENT_SCOPE)
endfunction()

# The paths of a .pc file start at its own folder, so that the whole tree can be moved.
file(RELATIVE_PATH up "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" up "${up}")
set(pc_libdir "\${prefix}")
cmake_path(APPEND pc_libdir "${CMAKE_INSTALL_LIBDIR}")
set(pc_includedir "\${prefix}")
cmake_path(APPEND pc_includedir "${CMAKE_INSTALL_INCLUDEDIR}")
set(pc_datadir "\${prefix}")
cmake_path(APPEND pc_datadir "${CMAKE_INSTALL_DATADIR}")

function(tubes_write_pc name summary requires requires_private libraries)
  foreach(list IN ITEMS requires requires_private)
    list(REMOVE_ITEM ${list} "")
    list(JOIN ${list} ", " ${list})
  endforeach()
  configure_file("${PROJECT_SOURCE_DIR}/cmake/tubes.pc.in" "${made}/${name}.pc" @ONLY)
  install(FILES "${made}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig"
          COMPONENT devel)
endfunction()

# Archives need their libraries on every command line, and --static would ask for the archives of
# those too, which Debian does not have: so an archive's needs are Requires, not Requires.private.
function(tubes_write_component_pc name)
  tubes_read_needs(tubes_${name})
  set(libraries "-L\${libdir} -ltubes_${name}")
  if("Threads" IN_LIST packages)
    string(APPEND libraries " -pthread")
  endif()
  list(REMOVE_ITEM components ${hidden_components})
  foreach(list IN ITEMS components hidden_components)
    list(TRANSFORM ${list} REPLACE "(.+)" "tubes-\\1 = ${PROJECT_VERSION}")
  endforeach()
  list(REMOVE_ITEM packages Threads)
  list(TRANSFORM packages TOLOWER)
  tubes_write_pc(tubes-${name} "${PROJECT_DESCRIPTION} (${name})"
                 "${components};${modules};${packages}" "${hidden_components}" "${libraries}")
endfunction()

function(tubes_install_library name)
  set(target tubes_${name})
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN")
  install(TARGETS ${target} EXPORT tubes-${name}
          ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT devel
          LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT runtime
                  NAMELINK_COMPONENT devel
          INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
  install(EXPORT tubes-${name} FILE tubes-${name}-targets.cmake NAMESPACE tubes::
          DESTINATION "${package_dir}" COMPONENT devel)
  get_target_property(headers ${target} TUBES_HEADERS)
  foreach(header IN LISTS headers)
    cmake_path(RELATIVE_PATH header BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE path)
    cmake_path(GET path PARENT_PATH folder)
    install(FILES "${header}" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/tubes/${folder}"
            COMPONENT devel)
  endforeach()
endfunction()

function(tubes_install_program target)
  file(RELATIVE_PATH libraries "${CMAKE_INSTALL_FULL_BINDIR}" "${CMAKE_INSTALL_FULL_LIBDIR}")
  set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN/${libraries}")
  install(TARGETS ${target} RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT runtime)
endfunction()

get_property(installed GLOBAL PROPERTY TUBES_COMPONENTS)  # each stands after those it needs
foreach(name IN LISTS installed)
  tubes_install_library(${name})
  tubes_describe_needs(${name})
  tubes_write_component_pc(${name})
endforeach()
tubes_write_pc(tubes "${PROJECT_DESCRIPTION}"
               "tubes-client = ${PROJECT_VERSION};tubes-transports = ${PROJECT_VERSION}" "" "")
foreach(program IN ITEMS tubes tubes-bridge tubes-service)
  if(TARGET ${program})
    tubes_install_program(${program})
  endif()
endforeach()

set(schemas "${CMAKE_INSTALL_DATADIR}/tubes")
configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/tubes-config.cmake.in"
                              "${made}/tubes-config.cmake" INSTALL_DESTINATION "${package_dir}"
                              PATH_VARS schemas NO_CHECK_REQUIRED_COMPONENTS_MACRO
                              NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file("${made}/tubes-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${made}/tubes-config.cmake" "${made}/tubes-config-version.cmake"
        DESTINATION "${package_dir}" COMPONENT devel)
if(TARGET tubes_conformance)
  install(FILES "${PROJECT_SOURCE_DIR}/cmake/TubesConformance.cmake"
                "${PROJECT_SOURCE_DIR}/cmake/TubesConformanceDiscovery.cmake"
          DESTINATION "${package_dir}" COMPONENT devel)
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/proto/tubes" DESTINATION "${schemas}" COMPONENT devel
        FILES_MATCHING PATTERN *.proto PATTERN *.schema.json)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/README.md"
              "${PROJECT_SOURCE_DIR}/CHANGELOG.md"
        DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT runtime)
install(DIRECTORY "${PROJECT_SOURCE_DIR}/docs" DESTINATION "${CMAKE_INSTALL_DOCDIR}"
        COMPONENT runtime FILES_MATCHING PATTERN *.md)

# How every target of the project is made: the language, the warnings, the include root.

if(PROJECT_IS_TOP_LEVEL)
  find_program(TUBES_CCACHE ccache)
  if(TUBES_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without this it keeps nothing that was compiled with a precompiled header.
    set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros "${TUBES_CCACHE}")
  endif()
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

set(TUBES_SANITIZE "" CACHE STRING "Sanitizers for everything built here, e.g. address,undefined")
if(TUBES_SANITIZE)
  add_compile_options(-fsanitize=${TUBES_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${TUBES_SANITIZE})
  if(TUBES_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan)  # of the fence in Asio's event loop, which TSan does not model
  endif()
endif()

find_package(Threads REQUIRED)

# Includes read <tubes/bus/bus.hpp> here as they do after installation.
set(TUBES_INCLUDE_ROOT "${PROJECT_BINARY_DIR}/include")
file(MAKE_DIRECTORY "${TUBES_INCLUDE_ROOT}")
file(CREATE_LINK "${PROJECT_SOURCE_DIR}" "${TUBES_INCLUDE_ROOT}/tubes" SYMBOLIC)

function(tubes_compile_options target)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_features(${target} PUBLIC cxx_std_20)
  if(PROJECT_IS_TOP_LEVEL)
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
                           -Wnon-virtual-dtor -Woverloaded-virtual
                           # g++ 12 sees overlaps in std::string that are none (GCC bug 105651)
                           $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
                           $<$<BOOL:${TUBES_STRICT}>:-Werror>)
  endif()
  target_include_directories(${target} PRIVATE "${TUBES_INCLUDE_ROOT}")
endfunction()

# tubes_library(redis HEADERS redis.hpp SOURCES a.cpp b.cpp): the target tubes_redis, known to users
# as tubes::redis. HEADERS are its public ones, and make it a component of the package
# (TubesPackage.cmake); a library without any is for the programs of this build alone.
function(tubes_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES")
  if(arg_HEADERS)
    add_library(tubes_${name} ${arg_SOURCES})
    list(TRANSFORM arg_HEADERS PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    set_property(TARGET tubes_${name} PROPERTY TUBES_HEADERS ${arg_HEADERS})
    set_property(GLOBAL APPEND PROPERTY TUBES_COMPONENTS ${name})
  else()
    add_library(tubes_${name} STATIC ${arg_SOURCES})
  endif()
  add_library(tubes::${name} ALIAS tubes_${name})
  set_target_properties(tubes_${name} PROPERTIES EXPORT_NAME ${name} POSITION_INDEPENDENT_CODE ON
                        VERSION ${PROJECT_VERSION} SOVERSION 0.${PROJECT_VERSION_MINOR})
  target_include_directories(tubes_${name} PUBLIC "$<BUILD_INTERFACE:${TUBES_INCLUDE_ROOT}>")
  tubes_compile_options(tubes_${name})
endfunction()

function(tubes_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LIBRARIES")
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  tubes_compile_options(${name})
endfunction()

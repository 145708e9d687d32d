# add_contracts(TARGET CONTRACT...): a library of the messages and services of
# contracts in proto/, each named as in "calculator/v1/calculator". They are
# generated when they are built; nothing of them is kept in the repository.

find_package(PkgConfig REQUIRED)
pkg_check_modules(GRPC REQUIRED IMPORTED_TARGET GLOBAL grpc++ protobuf)
find_program(PROTOC protoc REQUIRED)
find_program(GRPC_CPP_PLUGIN grpc_cpp_plugin REQUIRED)

get_filename_component(PROTO_ROOT ${CMAKE_CURRENT_LIST_DIR}/../../proto ABSOLUTE)

function(add_contracts target)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${generated})
  foreach(contract ${ARGN})
    set(outputs)
    foreach(ending .pb.h .pb.cc .grpc.pb.h .grpc.pb.cc)
      list(APPEND outputs ${generated}/${contract}${ending})
    endforeach()
    add_custom_command(
      OUTPUT ${outputs}
      DEPENDS ${PROTO_ROOT}/${contract}.proto
      COMMAND ${PROTOC} --proto_path=${PROTO_ROOT}
        --cpp_out=${generated} --grpc_out=${generated}
        --plugin=protoc-gen-grpc=${GRPC_CPP_PLUGIN}
        ${contract}.proto
      VERBATIM)
    list(APPEND sources ${outputs})
  endforeach()
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} SYSTEM PUBLIC ${generated})
  target_link_libraries(${target} PUBLIC PkgConfig::GRPC)
endfunction()

# proffer_embed(folder FILE file SYMBOL name): the bytes of `file` as `const std::string_view name` in the namespace of
# module `folder`; whoever uses them declares `extern const std::string_view name;` there. A change of the file makes
# the module anew.
#
# As a script (cmake -DFILE= -DOUT= -DSYMBOL= -DNAMESPACE= -P Embed.cmake) this file writes the source.

if(CMAKE_SCRIPT_MODE_FILE)
  file(READ ${FILE} hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  # Lines of 16 bytes: compilers are slow with very long ones.
  string(REPEAT "[^,]*," 16 line)
  string(REGEX REPLACE "(${line})" "\\1\n" bytes "${bytes}")
  file(WRITE ${OUT} "#include <string_view>\n\nnamespace ${NAMESPACE} {\nnamespace {\nconstexpr char bytes[] = {\n"
    "${bytes}\n};\n}  // namespace\nextern const std::string_view ${SYMBOL};\n"
    "const std::string_view ${SYMBOL}(bytes, sizeof bytes);\n}  // namespace ${NAMESPACE}\n")
  return()
endif()

set(PROFFER_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(proffer_embed folder)
  cmake_parse_arguments(ARG "" "FILE;SYMBOL" "" ${ARGN})
  set(file ${CMAKE_SOURCE_DIR}/${ARG_FILE})
  set(out ${CMAKE_BINARY_DIR}/embedded/${ARG_SYMBOL}.cc)
  string(REPLACE "/" "::" namespace "proffer::${folder}")
  add_custom_command(OUTPUT ${out} VERBATIM DEPENDS ${file} ${PROFFER_EMBED_SCRIPT}
    COMMAND ${CMAKE_COMMAND} -DFILE=${file} -DOUT=${out} -DSYMBOL=${ARG_SYMBOL} -DNAMESPACE=${namespace}
      -P ${PROFFER_EMBED_SCRIPT})
  proffer_target_name(${folder} name)
  target_sources(${name} PRIVATE ${out})
endfunction()

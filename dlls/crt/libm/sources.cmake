# SPDX-License-Identifier: MIT
# newlib's libm, out of the package newlib-source into the build folder (README.md).
file(GLOB newlib_archive /usr/src/newlib/newlib-*.tar.xz)
if(NOT newlib_archive)
  message(FATAL_ERROR "newlib-source is missing: tools/bootstrap installs it")
endif()
list(GET newlib_archive 0 newlib_archive)
set(newlib ${CMAKE_BINARY_DIR}/newlib)
file(GLOB libm_folder ${newlib}/*/newlib/libm)
if(NOT libm_folder)
  file(ARCHIVE_EXTRACT INPUT ${newlib_archive} DESTINATION ${newlib}
    PATTERNS */newlib/libm/math/*.c */newlib/libm/common/*.c */newlib/libm/common/*.h)
  file(GLOB libm_folder ${newlib}/*/newlib/libm)
endif()
set(CRT_LIBM_SOURCES "")
foreach(name e_acos e_asin e_atan2 e_cosh e_fmod e_j0 e_j1 e_jn e_log10 e_rem_pio2 e_sinh k_cos k_rem_pio2 k_sin k_tan
             s_atan s_cos s_sin s_tan s_tanh)
  list(APPEND CRT_LIBM_SOURCES ${libm_folder}/math/${name}.c)
endforeach()
foreach(name exp exp_data log log_data pow pow_log_data math_err s_expm1 s_scalbn s_copysign)
  list(APPEND CRT_LIBM_SOURCES ${libm_folder}/common/${name}.c)
endforeach()
set_source_files_properties(${CRT_LIBM_SOURCES} PROPERTIES
  COMPILE_OPTIONS "-ffreestanding;-fno-builtin;-fno-math-errno;-w;-I${CMAKE_CURRENT_LIST_DIR};-I${libm_folder}/common")

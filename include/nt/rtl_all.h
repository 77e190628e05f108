// SPDX-License-Identifier: MIT
// rtl_all.h: every header of what ntdll's run-time library exports.
#pragma once

#include <nt/rtl_environment.h>
#include <nt/rtl_error.h>
#include <nt/rtl_exception.h>
#include <nt/rtl_heap.h>
#include <nt/rtl_memory.h>
#include <nt/rtl_nls.h>
#include <nt/rtl_path.h>
#include <nt/rtl_process.h>
#include <nt/rtl_string.h>
#include <nt/rtl_sync.h>
#include <nt/rtl_threadpool.h>
#include <nt/rtl_time.h>

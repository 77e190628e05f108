// SPDX-License-Identifier: MIT
// service_types.h: every structure that a service's prototype names.
#pragma once

#include <nt/basic.h>
#include <nt/context.h>
#include <nt/exception.h>
#include <nt/file_information.h>
#include <nt/memory_information.h>
#include <nt/peb.h>

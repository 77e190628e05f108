// SPDX-License-Identifier: MIT
// token.cpp: the type of tokens.
#include "token.h"

namespace oriel::ps {

const ob::Type Token::object_type{.name = u"Token",
                                  .generic = {.read = 0x00020008, .write = 0x000200E0, .execute = 0x00020005, .all = token_access::all},
                                  .valid = token_access::all};

} // namespace oriel::ps

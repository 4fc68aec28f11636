#include "build_commit.h"

#include <stddef.h>

// A clone of git: Package.swift defines SLABSCOPE_COMMIT. An archive made by `git archive`, or downloaded from a forge: git has
// replaced the placeholder (.gitattributes).
#ifndef SLABSCOPE_COMMIT
#define SLABSCOPE_COMMIT "$Format:%h$"
#endif

const char *slabscope_build_commit(void) { return SLABSCOPE_COMMIT[0] == '$' ? NULL : SLABSCOPE_COMMIT; }

// The commit of git that the program was built from.
#ifndef SLABSCOPE_BUILD_COMMIT_H
#define SLABSCOPE_BUILD_COMMIT_H

/// Returns the abbreviated hash of the commit, followed by "+" if files had been changed since; NULL if it is not known.
const char *slabscope_build_commit(void);

#endif

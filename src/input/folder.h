/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.h - the name of the folder that a file is in. */
#ifndef FOLDER_H
#define FOLDER_H

#include <stddef.h>

/* Begin of the name, `*length` bytes of `path`: "b" of "a/b/c.json"; "." without a folder. */
const char *path_folder(const char *path, size_t *length);

#endif

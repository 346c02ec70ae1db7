/* SPDX-License-Identifier: GPL-3.0-or-later */
/* quote.h - a command line that can be pasted back into a shell. */
#ifndef QUOTE_H
#define QUOTE_H

/* "sojourn run -p 'easy:order=(expr:wait)'". malloc'd; NULL when out of memory. */
char *quote_command(int argc, char **argv);

#endif

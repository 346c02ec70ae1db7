/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policies.h - the bank's names of policies in the program's notation. */
#ifndef POLICIES_H
#define POLICIES_H

/* NULL: a name without a counterpart. */
const char *policy_spec(const char *bank_name);

#endif

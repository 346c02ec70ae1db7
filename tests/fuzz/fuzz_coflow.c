/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_coflow.c - libFuzzer on the coflow reader: `make fuzz`, then run it on a corpus. */
#include "fuzz_reader.h"

extern const sj_reader_ops sj_reader_coflow;
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_reader(&sj_reader_coflow, bytes, size);
	return 0;
}

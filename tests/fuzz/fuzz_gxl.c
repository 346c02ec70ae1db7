/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_gxl.c - libFuzzer on the gxl reader: `make fuzz`, then run it on a corpus. */
#include "fuzz_reader.h"

extern const sj_reader_ops sj_reader_gxl;
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_reader(&sj_reader_gxl, bytes, size);
	return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fuzz_csv.c - libFuzzer on the readers of tables; the first byte chooses the format. */
#include "fuzz_reader.h"

extern const sj_reader_ops sj_reader_tiresias, sj_reader_muri, sj_reader_pollux,
	sj_reader_mustang, sj_reader_sacct, sj_reader_openb,
	sj_reader_google2011, sj_reader_gavel, sj_reader_slurmsim;
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const sj_reader_ops *const readers[] = {
		&sj_reader_tiresias, &sj_reader_muri, &sj_reader_pollux,
		&sj_reader_mustang, &sj_reader_sacct, &sj_reader_openb,
		&sj_reader_google2011, &sj_reader_gavel, &sj_reader_slurmsim,
	};

	if (size > 0)
		fuzz_reader(readers[bytes[0] % (sizeof(readers) / sizeof(readers[0]))],
			    bytes + 1, size - 1);
	return 0;
}

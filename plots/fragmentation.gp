# SPDX-License-Identifier: GPL-3.0-or-later
# fragmentation: a panel for the GPUs that are allocated, one for those that are fragmented,
# all series in each. Blocks 2k and 2k + 1 are a curve and its marks; curves go by panel,
# then by series.
foot = 3.6 * EM
gap = 0.8 * EM
tall = (H - TOP - foot - (PANELS - 1) * gap) / PANELS
set xrange [XLO:XHI]
do for [p=1:PANELS] {
	top = H - TOP - (p - 1) * (tall + gap)
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:YHI[p]]
	eval 'set ytics ' . YTICKS[p]
	eval 'set label 97 YLABEL[p] ' . YLABEL_AT(top - tall / 2)
	if (p == PANELS) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	b = 2 * SERIES * (p - 1)
	plot for [i=1:SERIES] DATA index b+2*(i-1) using 1:2 with steps lt i lw 0.7 notitle, \
	     for [i=1:SERIES] DATA index b+2*(i-1)+1 using 1:2 with points lt i notitle
	unset label 97
}
unset multiplot

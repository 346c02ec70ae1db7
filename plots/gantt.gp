# SPDX-License-Identifier: GPL-3.0-or-later
# gantt: a panel a series; block p - 1 has from, to, first, last + 1,
# colour, outlined or not, number of the job where it fits.
foot = (strlen(NOTE) > 0 ? 4.9 : 3.4) * EM
gap = 1.5 * EM
tall = (H - TOP - foot - SERIES * gap) / SERIES
array TINT[8] = [0x8FC1E3, 0xF0B58F, 0x8ED1B8, 0xE6BFD5, 0xF5D48A, 0xBCE0F5, 0xBFBFBF, 0xD6CE8A]
set xrange [XLO:XHI]
unset grid
set style fill solid 1.0 noborder
if (strlen(NOTE) > 0) set label 98 NOTE at screen 0.5, screen sy(0.75 * EM) center textcolor rgb '#606060'
do for [p=1:SERIES] {
	top = H - TOP - p * gap - (p - 1) * tall
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:PROCS[p]]
	eval 'set ytics ' . YTICKS[p]
	eval 'set label 97 "processors" ' . YLABEL_AT(top - tall / 2)
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.6
	if (p == SERIES) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	plot DATA index p-1 using 1:3:1:2:3:4:(TINT[int($5)]) with boxxyerror lc rgb variable, \
	     DATA index p-1 using ($6 == 1 ? $1 : 1/0):3:1:2:3:4 with boxxyerror fs empty border dt solid lw 0.4 lc rgb '#505050', \
	     DATA index p-1 using (($1 + $2) / 2):(($3 + $4) / 2):7 with labels
	unset label 97
	unset label 98
}
unset multiplot

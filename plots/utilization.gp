# SPDX-License-Identifier: GPL-3.0-or-later
# utilization: blocks 2(i-1) and 2(i-1)+1 are bins and marks of series i; all in
# one panel, or a panel each when they are many.
foot = 3.6 * EM
gap = PANELS > 1 ? 1.4 * EM : 0
tall = (H - TOP - foot - PANELS * gap) / PANELS
each = PANELS > 1
set xrange [XLO:XHI]
set yrange [0:YHI]
set ytics @YTICKS
unit = LATEX ? ' (\%)' : ' (%)'
eval "set label 97 'busy processors' . unit " . YLABEL_AT(foot + (H - TOP - foot) / 2)
do for [p=1:PANELS] {
	top = H - TOP - p * gap - (p - 1) * tall
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	if (p == PANELS) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL . ', mean over ' . BIN offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	if (each) {
		set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.5
		plot DATA index 2*(p-1) using 1:2 with fillsteps lc rgb COLOR[p] fs solid 0.35, \
		     DATA index 2*(p-1) using 1:2 with steps lt p dt solid lw 0.8
	} else {
		plot for [i=1:SERIES] DATA index 2*(i-1) using 1:2 with steps lt i lw 0.9 notitle, \
		     for [i=1:SERIES] DATA index 2*(i-1)+1 using 1:2 with points lt i notitle
	}
	unset label 97
}
unset multiplot

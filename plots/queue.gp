# SPDX-License-Identifier: GPL-3.0-or-later
# queue: a panel for jobs and one for processors with all series in each, or (EACH) a
# panel a series with its own axis. Blocks 2k and 2k + 1 are a curve and its marks;
# curves go by panel, then by series.
foot = 3.6 * EM
gap = (EACH ? 1.4 : 0.8) * EM
tall = (H - TOP - foot - (PANELS - 1 + EACH) * gap) / PANELS
set xrange [XLO:XHI]
if (EACH) {
	eval 'set label 97 YLABEL[1] ' . YLABEL_AT(foot + (H - TOP - foot) / 2)
}
do for [p=1:PANELS] {
	top = H - TOP - (p - 1) * (tall + gap) - EACH * gap
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:YHI[p]]
	eval 'set ytics ' . YTICKS[p]
	if (p == PANELS) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	if (EACH) {
		set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.5
		plot DATA index 2*(p-1) using 1:2 with fillsteps lc rgb COLOR[p] fs solid 0.35, \
		     DATA index 2*(p-1) using 1:2 with steps lt p dt solid lw 0.6
	} else {
		eval 'set label 97 YLABEL[p] ' . YLABEL_AT(top - tall / 2)
		b = 2 * SERIES * (p - 1)
		plot for [i=1:SERIES] DATA index b+2*(i-1) using 1:2 with steps lt i lw 0.7 notitle, \
		     for [i=1:SERIES] DATA index b+2*(i-1)+1 using 1:2 with points lt i notitle
	}
	unset label 97
}
unset multiplot

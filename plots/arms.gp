# SPDX-License-Identifier: GPL-3.0-or-later
# arms: a panel a series; block p - 1 has its bins: left end, then the shares of arms added
# up from the first on. The highest sum is painted first, so that each arm is a band.
foot = 3.6 * EM
gap = 1.4 * EM
own = (OWNROWS * 1.15 + 0.4) * EM
tall = (H - TOP - own - foot - PANELS * gap) / PANELS
unset border
unset tics
unset grid
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
set xrange [0:1]
set yrange [0:1]
set key at screen 0.5, screen 1 - sy(TOP + 0.1 * EM) center top vertical
set key maxrows OWNROWS Left reverse samplen 1.6 spacing 1.0 width 0.5 noopaque
plot 2 notitle, for [k=1:OWN] keyentry with boxes lc rgb COLOR[k] fs solid 0.85 title OWNTEXT[k]
unset key
set border 3 ls 90 front
set xtics nomirror
set ytics nomirror
set tics out nomirror scale 0.5,0.25
set lmargin at screen sx(LEFT)
set rmargin at screen 1 - sx(1.2 * EM)
set xrange [XLO:XHI]
set yrange [0:100]
set ytics @YTICKS
unit = LATEX ? ' (\%)' : ' (%)'
eval "set label 97 'rounds played' . unit " . YLABEL_AT(foot + (H - TOP - own - foot) / 2)
do for [p=1:PANELS] {
	top = H - TOP - own - p * gap - (p - 1) * tall
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	if (p == PANELS) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL . ', in bins of ' . BIN offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.5
	plot for [j=1:ARMS] DATA index p-1 using 1:(column(ARMS + 2 - j)) with fillsteps lc rgb COLOR[ARMS + 1 - j] fs solid 0.85 noborder notitle
	unset label 97
}
unset multiplot

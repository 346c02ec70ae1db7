# SPDX-License-Identifier: GPL-3.0-or-later
# heatmap: a panel a series; block p - 1 is a matrix, a line a row of nodes or GPUs, in
# percent; -1: down. White to dark blue, which also grows darker in grey print.
foot = 3.4 * EM
head = 2.3 * EM
gap = 1.5 * EM
tall = (H - TOP - head - foot - SERIES * gap) / SERIES
unset grid
if (!DUMB) set border 15 ls 90 front
set tics front
set palette defined (0 '#FFFFFF', 0.2 '#D3E4F3', 0.45 '#6CAED6', 0.75 '#1B69AF', 1 '#08306B')
set cbrange [0:100]
set xrange [XLO:XHI]
dx = (XHI - XLO) / COLS
bar = sy(H - TOP - 0.7 * EM)
if (!DUMB) {
	set label 96 UNIT at screen sx(LEFT), screen bar left
	set colorbox horizontal user origin screen 0.5, screen bar - sy(0.35 * EM) size screen (DOWN ? 0.26 : 0.42), screen sy(0.7 * EM)
	set cbtics 0,50,100 scale 0.3 offset 0,0.6
	if (DOWN) {
		set object 96 rectangle from screen 0.82, screen bar - sy(0.35 * EM) to screen 0.82 + sx(1.2 * EM), screen bar + sy(0.35 * EM) fc rgb '#E69F00' fs solid noborder
		set label 95 'down' at screen 0.82 + sx(1.6 * EM), screen bar left
	}
} else {
	set label 96 UNIT . ': one digit is 10 %, . is less, # is all, x is down' at screen 0, screen bar left
}
SIGN(v) = v < 0 ? 'x' : v < 5 ? '.' : v > 94.5 ? '#' : sprintf('%d', int(v / 10 + 0.5))
do for [p=1:SERIES] {
	top = H - TOP - head - p * gap - (p - 1) * tall
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:ROWS[p] * GROUP[p]]
	eval 'set ytics ' . YTICKS[p]
	eval 'set label 97 YLABEL[p] ' . YLABEL_AT(top - tall / 2)
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.6
	if (p == SERIES) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	do for [k=2:(DUMB ? 0 : LINES[p])] {
		eval sprintf('at = BORDER%d[%d]', p, k)
		set arrow k from graph 0, first at to graph 1, first at nohead front dt solid lw 0.5 lc rgb '#D55E00'
	}
	if (DUMB) {
		plot DATA index p-1 matrix using (XLO + ($1 + 0.5) * dx):(($2 + 0.5) * GROUP[p]):(SIGN($3)) with labels
	} else {
		set object 1 rectangle from graph 0, graph 0 to graph 1, graph 1 fc rgb '#E69F00' fs solid noborder behind
		plot DATA index p-1 matrix using (XLO + ($1 + 0.5) * dx):(($2 + 0.5) * GROUP[p]):($3 < 0 ? NaN : $3) with image
	}
	unset arrow
	unset colorbox
	unset label 95
	unset label 96
	unset object 96
	unset label 97
}
unset multiplot

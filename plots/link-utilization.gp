# SPDX-License-Identifier: GPL-3.0-or-later
# link-utilization: a panel a series. HEAT: block p - 1 is a matrix, a line a link, the
# busiest on top, in percent. Else blocks (p - 1) * CURVES + i - 1 have time and percent of
# each of the links LINK.
foot = 3.4 * EM
head = HEAT ? 2.3 * EM : 1.35 * EM * ((CURVES + 1) / 2) + 0.4 * EM
gap = 1.5 * EM
room = H - TOP - head - foot - SERIES * gap
set xrange [XLO:XHI]
if (HEAT) {
	unset grid
	if (!DUMB) { set border 15 ls 90 front }
	set tics front
	set palette defined (0 '#FFFFFF', 0.2 '#D3E4F3', 0.45 '#6CAED6', 0.75 '#1B69AF', 1 '#08306B')
	set cbrange [0:100]
	set tics scale 0.2
	set mytics 1
}
dx = (XHI - XLO) / COLS
bar = sy(H - TOP - 0.7 * EM)
if (HEAT && !DUMB) {
	set label 96 'utilization (%)' at screen sx(1.2 * EM), screen bar left
	set colorbox horizontal user origin screen 0.5, screen bar - sy(0.35 * EM) size screen 0.42, screen sy(0.7 * EM)
	set cbtics 0,50,100 scale 0.3 offset 0,0.6
}
if (HEAT && DUMB) {
	set label 96 'utilization: one digit is 10 %, . is less, # is all' at screen 0, screen bar left
}
SIGN(v) = v <= 0 ? ' ' : v < 5 ? '.' : v > 94.5 ? '#' : sprintf('%d', int(v / 10 + 0.5))
if (!HEAT) {
	set key at screen 0.5, screen 1 - sy(TOP + 0.1 * EM) center top vertical
	set key maxrows (CURVES + 1) / 2 Left reverse samplen 2.6 spacing 1.0 width 0.5 noopaque
}
top = H - TOP - head
do for [p=1:SERIES] {
	tall = room * ROWS[p] / ALLROWS
	top = top - gap
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.6
	if (p == SERIES) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	eval 'set ytics ' . YTICKS[p]
	if (HEAT) {
		set yrange [ROWS[p]:0]
		if (DUMB) {
			plot DATA index p-1 matrix using (XLO + ($1 + 0.5) * dx):($2 + 0.5):(SIGN($3)) with labels
		} else {
			plot DATA index p-1 matrix using (XLO + ($1 + 0.5) * dx):($2 + 0.5):3 with image
		}
		unset colorbox
		unset label 96
	} else {
		set yrange [0:104]
		eval 'set label 97 "utilization (%)" ' . YLABEL_AT(top - tall / 2)
		b = (p - 1) * CURVES
		plot for [i=1:CURVES] DATA index b+i-1 using 1:2 with lines lt i notitle, \
		     for [i=1:(p == 1 ? CURVES : 0)] keyentry with lines lt i title LINK[i]
		unset label 97
		unset key
	}
	top = top - tall
}
unset multiplot

# SPDX-License-Identifier: GPL-3.0-or-later
# dag-gantt: a panel a series; block 2 (p - 1) has the bars: from, data there, to, lane, colour,
# outlined or not, where to put the number and the number; the next one transfers: begin, lane, time, lanes, width.
foot = 3.4 * EM
head = 1.6 * EM
gap = 1.5 * EM
array TINT[8] = [0x8FC1E3, 0xF0B58F, 0x8ED1B8, 0xE6BFD5, 0xF5D48A, 0xBCE0F5, 0xBFBFBF, 0xD6CE8A]
sum = 0
do for [p=1:SERIES] { sum = sum + TALL[p] }
room = H - TOP - head - foot - SERIES * gap
set xrange [XLO:XHI]
unset grid
set style fill solid 1.0 noborder
line = sy(H - TOP - 0.6 * EM)
KEY(em) = sx(em * EM)
if (!DUMB) {
	set object 90 rectangle from screen KEY(1), screen line - sy(0.4 * EM) to screen KEY(2.4), screen line + sy(0.4 * EM) fc rgb TINT[1] fs solid border lc rgb '#505050'
	set label 90 'computes' at screen KEY(2.9), screen line left
	if (WAITS) {
		set object 91 rectangle from screen KEY(8.8), screen line - sy(0.4 * EM) to screen KEY(10.2), screen line + sy(0.4 * EM) fc rgb '#F2F2F2' fs solid border lc rgb '#505050'
		set object 92 rectangle from screen KEY(8.8), screen line - sy(0.4 * EM) to screen KEY(10.2), screen line + sy(0.4 * EM) fc rgb COLOR[1] fs transparent pattern 4 noborder
		set label 91 'waits for data' at screen KEY(10.7), screen line left
	}
	if (MOVES) {
		set arrow 1000 from screen KEY(18.6), screen line - sy(0.4 * EM) to screen KEY(20.2), screen line + sy(0.4 * EM) head size screen 0.008,20 filled lw 0.8 dt solid lc rgb '#404040'
		set label 92 'transfer' at screen KEY(20.7), screen line left
	}
}
top = H - TOP - head
do for [p=1:SERIES] {
	tall = room * TALL[p] / sum
	top = top - gap
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [LANES[p]:0]
	eval 'set ytics ' . YTICKS[p]
	eval 'set label 97 YNAME[p] ' . YLABEL_AT(top - tall / 2)
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.6
	if (p == SERIES) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	do for [k=1:LINES[p]] {
		eval sprintf('at = BORDER%d[%d]', p, k)
		set arrow k from graph 0, first at to graph 1, first at nohead back dt solid lw 0.5 lc rgb '#B0B0B0'
	}
	b = 2 * (p - 1)
	Y(l) = l + 0.5
	what = 'plot DATA index b using 1:(Y($4)):2:3:($4+0.06):($4+0.94):(TINT[int($5)]) with boxxyerror lc rgb variable'
	if (WAITS) { what = what . ", DATA index b using ($2 > $1 ? $1 : 1/0):(Y($4)):1:2:($4+0.06):($4+0.94) with boxxyerror lc rgb '#F2F2F2', DATA index b using ($2 > $1 ? $1 : 1/0):(Y($4)):1:2:($4+0.06):($4+0.94):(COLOR[int($5)]) with boxxyerror fs transparent pattern 4 noborder lc rgb variable" }
	if (OUTLINES[p]) { what = what . ", DATA index b using ($6 == 1 ? $1 : 1/0):(Y($4)):1:3:($4+0.06):($4+0.94) with boxxyerror fs empty border dt solid lw 0.4 lc rgb '#505050'" }
	if (MOVES && !DUMB) { what = what . ", DATA index b+1 using 1:2:3:4 with vectors head size graph 0.008,20 filled lw 0.5 dt solid lc rgb '#60404040'" }
	what = what . ', DATA index b using 7:(Y($4)):8 with labels'
	eval what
	unset arrow
	unset object
	unset label 90
	unset label 91
	unset label 92
	unset label 97
	top = top - tall
}
unset multiplot

# SPDX-License-Identifier: GPL-3.0-or-later
# gpu-gantt: a panel a series, a lane a GPU; blocks 2 (p - 1) and 2 (p - 1) + 1 are of whole
# GPUs and of shares: from, to, low, high, colour, outlined or not, number where it fits.
foot = 3.4 * EM
head = 1.6 * EM
gap = 1.5 * EM
tall = (H - TOP - head - foot - SERIES * gap) / SERIES
array TINT[8] = [0x8FC1E3, 0xF0B58F, 0x8ED1B8, 0xE6BFD5, 0xF5D48A, 0xBCE0F5, 0xBFBFBF, 0xD6CE8A]
set xrange [XLO:XHI]
unset grid
set style fill solid 1.0 noborder
line = sy(H - TOP - 0.5 * EM)
# In EM from the left, so that it fits every style.
KEY(em) = sx(em * EM)
if (!DUMB) {
	set label 90 NOTE at screen KEY(1), screen line left
	set object 90 rectangle from screen KEY(8), screen line - sy(0.4 * EM) to screen KEY(9.4), screen line + sy(0.4 * EM) fc rgb TINT[1] fs solid border lc rgb '#505050'
	set label 91 'whole GPU' at screen KEY(9.9), screen line left
	if (SHARES) {
		set object 91 rectangle from screen KEY(15.8), screen line - sy(0.4 * EM) to screen KEY(17.2), screen line fc rgb TINT[1] fs solid noborder
		set object 92 rectangle from screen KEY(15.8), screen line - sy(0.4 * EM) to screen KEY(17.2), screen line fc rgb COLOR[1] fs transparent pattern 4 border lc rgb '#505050'
		set label 92 'share (height)' at screen KEY(17.7), screen line left
	}
}
do for [p=1:SERIES] {
	top = H - TOP - head - p * gap - (p - 1) * tall
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:LANES[p]]
	eval 'set ytics ' . YTICKS[p]
	eval 'set label 97 "node" ' . YLABEL_AT(top - tall / 2)
	set label 1 LABEL[p] at graph 0, graph 1 left offset 0,0.6
	if (p == SERIES) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	do for [k=1:LINES[p]] {
		eval sprintf('at = BORDER%d[%d]', p, k)
		set arrow k from graph 0, first at to graph 1, first at nohead back dt solid lw 0.5 lc rgb '#808080'
	}
	b = 2 * (p - 1)
	# Only what there is: gnuplot warns of empty blocks.
	all = sprintf('%d:%d', WHOLE[p] ? b : b + 1, SHARED[p] ? b + 1 : b)
	what = 'plot 1/0 notitle'
	if (WHOLE[p]) { what = what . ', DATA index b using 1:3:1:2:3:4:(TINT[int($5)]) with boxxyerror lc rgb variable' }
	if (SHARED[p]) { what = what . ', DATA index b+1 using 1:3:1:2:3:4:(TINT[int($5)]) with boxxyerror lc rgb variable, DATA index b+1 using 1:3:1:2:3:4:(COLOR[int($5)]) with boxxyerror fs transparent pattern 4 lc rgb variable' }
	if (OUTLINES[p]) { what = what . ', DATA index ' . all . ' using ($6 == 1 ? $1 : 1/0):3:1:2:3:4 with boxxyerror fs empty border dt solid lw 0.4 lc rgb "#505050"' }
	if (WHOLE[p] || SHARED[p]) { what = what . ', DATA index ' . all . ' using (($1 + $2) / 2):(($3 + $4) / 2):7 with labels' }
	eval what
	unset arrow
	unset object
	unset label 90
	unset label 91
	unset label 92
	unset label 97
}
unset multiplot

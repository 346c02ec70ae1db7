# SPDX-License-Identifier: GPL-3.0-or-later
# bars: a panel for each metric (block), in it a bar for each series, top down:
# number, value, low, high, where the text goes, text.
left = LEFT_EM * EM
wide = PANEL_EM * EM
note = strlen(NOTE) > 0 ? 1.3 * EM : 0
foot = (2.0 + 1.25 * LINES) * EM
gap = GAP_EM * EM
row = (H - TOP - note) / ROWS
set border 3
set yrange [SERIES + 0.5:0.5]
set ytics scale 0 format ''
unset ytics
set grid xtics
if (DUMB) unset grid
half = BESIDE ? 0.38 : 0.2
shift = BESIDE ? 0 : 0.2
if (strlen(NOTE) > 0) set label 98 NOTE at screen 0.5, screen sy(0.75 * EM) center textcolor rgb '#606060'
do for [k=1:METRICS] {
	c = (k - 1) % COLUMNS
	r = (k - 1) / COLUMNS
	x = left + c * (wide + gap)
	top = H - TOP - r * row
	set lmargin at screen sx(x)
	set rmargin at screen sx(x + wide)
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - row + foot)
	# Room for the numbers at the ends of the bars: a share of the axis.
	room = ROOM_EM / PANEL_EM
	if (XLOG[k]) {
		set logscale x
		set xrange [XLO[k] * 0.999:XLO[k] * (XHI[k] / XLO[k]) ** (1 / (1 - room))]
	} else {
		unset logscale x
		set xrange [0:XHI[k] / (1 - room)]
	}
	eval 'set xtics ' . XTICKS[k]
	do for [n=1:3] { set label 90 + n XLINE[3 * (k - 1) + n] at graph 0.5, screen sy(top - row + foot - (1.1 + 1.15 * n) * EM) center }
	do for [i=1:SERIES] {
		unset label i
		if (c == 0 && BESIDE)  { set label i LABEL[i] at graph 0, first i right offset -0.7,0 }
		if (c == 0 && !BESIDE) { set label i LABEL[i] at graph 0, first i - 0.26 left offset 0.3,0 front }
	}
	plot DATA index k-1 using 2:($1 + shift):(XLO[k]):2:($1 + shift - half):($1 + shift + half):(COLOR[(int($1) - 1) % 8 + 1]) with boxxyerror fs solid 0.75 lc rgb variable, \
	     DATA index k-1 using ($3 == $3 ? $2 : 1/0):($1 + shift):3:4 with xerrorbars pt 0 dt solid lw 1 lc rgb 'black', \
	     DATA index k-1 using 5:($1 + shift):6 with labels left offset 0.4,0
	unset label 98
}
unset multiplot

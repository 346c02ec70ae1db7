# SPDX-License-Identifier: GPL-3.0-or-later
# bsld-by-class: a panel for each class of lengths, in it a group of bars for each
# class of widths. Block SERIES (panel - 1) + (i - 1) is series i: group, mean (nan: no jobs).
# The strip on top of each panel, free of bars, says how many jobs are in a class.
foot = 3.6 * EM
gap = 0.5 * EM
tall = (H - TOP - foot - (LENGTHS - 1) * gap) / LENGTHS
strip = 1.7 * EM
floor1 = 0.9
YTOP = floor1 * (YHI / floor1) ** (tall / (tall - strip))
set rmargin at screen 1 - sx(1.8 * EM)
set logscale y
set yrange [floor1:YTOP]
set xrange [0.5:WIDTHS + 0.5]
set ytics @YTICKS
set grid noxtics ytics
if (DUMB) unset grid
set xtics scale 0 format ''
bar = 0.84 / SERIES
eval "set label 98 'mean bounded slowdown (log)' " . YLABEL_AT(H / 2)
do for [p=1:LENGTHS] {
	top = H - TOP - (p - 1) * (tall + gap)
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set label 1 LENGTH[p] at graph 1, graph 0.5 center rotate by 90 offset 1.0,0
	do for [w=1:WIDTHS] {
		n = JOBS[WIDTHS * (p - 1) + w]
		set label 1 + w n at w, graph 1 center offset 0,-0.75 textcolor rgb '#606060'
	}
	if (p == LENGTHS) {
		set for [w=1:WIDTHS] xtics add (WIDTH[w] w)
		set xlabel 'width of jobs (processors); grey: jobs in class' offset 0,0.4
	}
	b = SERIES * (p - 1)
	plot for [i=1:SERIES] DATA index b+i-1 using ($1 + (i - (SERIES + 1) / 2.) * bar):($2 == $2 ? $2 : floor1):(bar * 0.92) with boxes lc rgb COLOR[i] fs solid notitle
	unset label 98
}
unset multiplot

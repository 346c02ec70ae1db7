# SPDX-License-Identifier: GPL-3.0-or-later
# scatter: a block for each series, a run a line: x, y. With DIAGONAL both axes have one
# scale, and the line y = x is drawn with the band of 10 % around it.
foot = 3.6 * EM
note = strlen(NOTE) > 0 ? 1.2 * EM : 0
set bmargin at screen sy(foot + note)
set tmargin at screen 1 - sy(TOP)
if (LOG) { set logscale xy }
set xrange [XLO:XHI]
set yrange [YLO:YHI]
set xtics @XTICKS
set ytics @YTICKS
set xlabel XLABEL offset 0,0.4
eval 'set label 97 YLABEL ' . YLABEL_AT(foot + note + (H - TOP - foot - note) / 2)
if (strlen(NOTE) > 0) set label 98 NOTE at screen 0.5, screen sy(0.7 * EM) center textcolor rgb '#606060'
set samples 200
set style fill solid 0.25 noborder
plot '+' using 1:(DIAGONAL ? 0.9 * $1 : 1/0):(DIAGONAL ? 1.1 * $1 : 1/0) with filledcurves lc rgb '#A0A0A0' notitle, \
     (DIAGONAL ? x : 1/0) with lines lc rgb '#606060' lw 0.7 dt solid notitle, \
     for [i=1:SERIES] DATA index i-1 using 1:2 with points lc rgb COLOR[(i - 1) % 8 + 1] pt MARK[(i - 1) % 16 + 1] ps 0.5 * PS notitle
unset multiplot

# SPDX-License-Identifier: GPL-3.0-or-later
# span: a block for each series, a run a line: work / (P span), makespan / span, attempts
# to steal, and those that got something, per worker and span, the span in attempts (NaN: not
# counted, or none). Grey is what no schedule can
# beat, max(1, x); dashed what greedy ones keep without any cost, x + 1; a line in the colour
# of its series is x + c.
foot = 3.6 * EM
gap = 0.9 * EM
low = PANELS == 2 ? 0.36 * (H - TOP - foot) : 0
high = H - TOP - foot - low - (PANELS == 2 ? gap : 0)
set logscale x
set xrange [XLO:XHI]
set samples 300
top = H - TOP
set tmargin at screen sy(top)
set bmargin at screen sy(top - high)
set logscale y
set yrange [YLO[1]:YHI[1]]
eval 'set ytics ' . YTICKS[1]
eval 'set label 97 YLABEL[1] ' . YLABEL_AT(top - high / 2)
if (PANELS == 1) {
	eval 'set xtics ' . XTICKS
	set xlabel XLABEL offset 0,0.4
} else {
	set xtics format ''
}
do for [i=1:SERIES] {
	set label i FIT[i] at graph 0.03, screen sy(top - (0.1 + 1.2 * i) * EM) left front textcolor rgb COLOR[(i - 1) % 8 + 1]
}
plot (x > 1 ? x : 1) with lines lc rgb '#909090' lw 1.2 dt solid notitle, \
     x + 1 with lines lc rgb '#909090' lw 0.8 dt (8,5) notitle, \
     for [i=1:SERIES] (C[i] == C[i] ? x + C[i] : 1/0) with lines lc rgb COLOR[(i - 1) % 8 + 1] lw 0.7 dt solid notitle, \
     for [i=1:SERIES] DATA index i-1 using 1:2 with points lc rgb COLOR[(i - 1) % 8 + 1] pt MARK[(i - 1) % 16 + 1] ps 0.4 * PS notitle
do for [i=1:SERIES] { unset label i }
unset label 97
if (PANELS == 2) {
	set tmargin at screen sy(foot + low)
	set bmargin at screen sy(foot)
	set yrange [YLO[2]:YHI[2]]
	eval 'set ytics ' . YTICKS[2]
	eval 'set label 97 YLABEL[2] ' . YLABEL_AT(foot + low / 2)
	eval 'set xtics ' . XTICKS
	set xlabel XLABEL offset 0,0.4
	plot for [i=1:SERIES] DATA index i-1 using 1:3 with points lc rgb COLOR[(i - 1) % 8 + 1] pt MARK[(i - 1) % 8 + 9] ps 0.4 * PS notitle, \
	     for [i=1:SERIES] DATA index i-1 using 1:4 with points lc rgb COLOR[(i - 1) % 8 + 1] pt MARK[(i - 1) % 8 + 1] ps 0.4 * PS notitle
}
unset multiplot

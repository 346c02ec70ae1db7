# SPDX-License-Identifier: GPL-3.0-or-later
# regret: block i - 1 is series i: time, mean, and the ends of the interval over its runs
# (NaN: of one run). 0 is the best arm.
foot = 3.6 * EM
own = (OWNROWS * 1.15 + 0.4) * EM
tall = H - TOP - own - foot
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
set key maxrows OWNROWS Left reverse samplen 2.6 spacing 1.0 width 0.5 noopaque
plot 2 notitle, for [k=1:OWN] keyentry with linespoints lt k title OWNTEXT[k]
unset key
set border 3 ls 90 back
set xtics nomirror
set ytics nomirror
set tics out nomirror scale 0.5,0.25
set lmargin at screen sx(LEFT)
set rmargin at screen 1 - sx(1.2 * EM)
if (!DUMB) { set grid back ls 91 }
set tmargin at screen sy(foot + tall)
set bmargin at screen sy(foot)
set xrange [XLO:XHI]
set yrange [YLO:YHI]
eval 'set xtics ' . XTICKS
set ytics @YTICKS
set xlabel XLABEL offset 0,0.4
eval 'set label 97 YLABEL ' . YLABEL_AT(foot + tall / 2)
plot 0 with lines lc rgb '#606060' lw 0.8 dt solid notitle, \
     for [i=1:SERIES] DATA index i-1 using 1:3:4 with filledcurves lc rgb COLOR[(i - 1) % 8 + 1] fs transparent solid 0.15 noborder notitle, \
     for [i=1:SERIES] DATA index i-1 using 1:2 with lines lt i notitle, \
     for [i=1:SERIES] DATA index i-1 every 20::(2 * i) using 1:2 with points lt i notitle
unset multiplot

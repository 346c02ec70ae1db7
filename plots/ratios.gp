# SPDX-License-Identifier: GPL-3.0-or-later
# ratios: a row for each policy, best median on top: row, 5 %, quarter, median, three quarters,
# 95 %, most, mean.
foot = 3.4 * EM
note = 1.3 * EM
set bmargin at screen sy(foot + note)
set tmargin at screen 1 - sy(TOP)
if (LOG) { set logscale x }
set xrange [XLO:XHI]
set yrange [ROWS + 0.5:0.5]
set xtics @XTICKS
set ytics scale 0 (ROW[1] 1)
do for [i=2:ROWS] { set ytics add (ROW[i] i) }
# In the middle of the page: the axis may be short beside long names.
set label 97 XLABEL at screen 0.5, screen sy(note + 1.0 * EM) center
set label 98 NOTE at screen 0.5, screen sy(0.75 * EM) center textcolor rgb '#606060'
set grid noytics
if (DUMB) unset grid
set arrow 1 from first 1, graph 0 to first 1, graph 1 nohead lc rgb '#606060' lw 0.7 dt solid
set style fill solid 0.35 border
plot DATA index 0 using 4:1:2:6 with xerrorbars pt 0 dt solid lw 1 lc rgb '#404040', \
     DATA index 0 using 4:1:3:5:($1 - 0.34):($1 + 0.34) with boxxyerror lc rgb COLOR[1] dt solid lw 0.7, \
     DATA index 0 using 4:($1 - 0.34):(0):(0.68) with vectors nohead lc rgb 'black' dt solid lw 1.6, \
     DATA index 0 using 8:1 with points pt 12 ps 0.7 * PS lc rgb COLOR[2] lw 1.4, \
     DATA index 0 using 7:1 with points pt 2 ps 0.4 * PS lc rgb '#404040'
unset multiplot

# SPDX-License-Identifier: GPL-3.0-or-later
# cdf: blocks 2(i-1) and 2(i-1)+1 are curve and marks of series i.
foot = 3.6 * EM
set bmargin at screen sy(foot)
set tmargin at screen 1 - sy(TOP)
set logscale x
set xrange [XLEFT:XHI]
set yrange [0:100]
set xtics @XTICKS
if (XZERO > 0) set xtics add (ZEROLABEL XZERO)
set ytics @YTICKS
set xlabel XLABEL offset 0,0.4
eval 'set label 97 YNAME ' . YLABEL_AT(foot + (H - TOP - foot) / 2)
# Zeros are left of a break in the axis.
if (XZERO > 0) set label 1 (DUMB ? '/' : '//') at (sqrt(XZERO * XLO)), 0 center front
plot for [i=1:SERIES] DATA index 2*(i-1) using 1:2 with steps lt i notitle, \
     for [i=1:SERIES] DATA index 2*(i-1)+1 using 1:2 with points lt i notitle
unset multiplot

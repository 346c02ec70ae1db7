# SPDX-License-Identifier: GPL-3.0-or-later
# style.gp: the look that all figures share. Lengths are inches: sx() and sy() turn
# them into shares of the page. Needs W, H, EM (size of type), TOP (height of
# legend and title), KEYROWS, TITLE, LEGEND ('lines', 'boxes' or ''), SERIES, LABEL, TERM, LATEX, DUMB, YCHARS and CHAR
# (characters on the vertical axis, width of one in EM).
set encoding utf8
set termoption noenhanced
sx(inches) = inches / W
sy(inches) = inches / H

# Okabe and Ito's colours, told apart under every common colour blindness; each
# curve has its own dashes and mark too, so that grey print will do.
array COLOR[8] = [0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x8A7A00]
PS = TERM eq 'tikz' ? 2.5 : TERM eq 'svg' ? 1.4 : 1
set linetype 1 lc rgb COLOR[1] lw 1.2 dt solid          pt 7  ps 0.45 * PS
set linetype 2 lc rgb COLOR[2] lw 1.2 dt (12,5)         pt 9  ps 0.55 * PS
set linetype 3 lc rgb COLOR[3] lw 1.2 dt (4,4)          pt 5  ps 0.45 * PS
set linetype 4 lc rgb COLOR[4] lw 1.2 dt (12,4,3,4)     pt 13 ps 0.60 * PS
set linetype 5 lc rgb COLOR[5] lw 1.2 dt (20,5)         pt 11 ps 0.55 * PS
set linetype 6 lc rgb COLOR[6] lw 1.2 dt (12,4,3,4,3,4) pt 6  ps 0.50 * PS
set linetype 7 lc rgb COLOR[7] lw 1.0 dt (2,4)          pt 2  ps 0.50 * PS
set linetype 8 lc rgb COLOR[8] lw 1.2 dt (20,4,4,4)     pt 4  ps 0.50 * PS
set linetype cycle 8
# Points without lines: sixteen that can be told apart, the second eight open.
array MARK[16] = [7, 9, 5, 13, 11, 15, 2, 1, 6, 8, 4, 12, 10, 14, 3, 1]

# One page, in parts: legend and title first, with the whole page as their panel, so
# that they never lie on data; then the panels of the kind, which ends the page.
set style line 90 lc rgb '#404040' lw 0.7
set style line 91 lc rgb '#D0D0D0' lw 0.4 dt solid
set style fill solid 0.9 noborder
set multiplot
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
set xrange [0:1]
set yrange [0:1]
set key at screen 0.5, screen 1 - sy(strlen(TITLE) > 0 ? 1.7 * EM : 0.25 * EM) center top vertical
set key maxrows KEYROWS Left reverse samplen 2.6 spacing 1.0 width 0.5 noopaque
if (strlen(TITLE) > 0) { set label 99 TITLE at screen 0.5, screen 1 - sy(0.9 * EM) center front }
if (LEGEND eq 'lines') {
	plot 2 notitle, for [i=1:SERIES] keyentry with linespoints lt i title LABEL[i]
}
if (LEGEND eq 'points') {
	plot 2 notitle, for [i=1:SERIES] keyentry with points lc rgb COLOR[(i - 1) % 8 + 1] pt MARK[(i - 1) % 16 + 1] ps 0.6 * PS title LABEL[i]
}
if (LEGEND eq 'boxes') {
	plot 2 notitle, for [i=1:SERIES] keyentry with boxes lc rgb COLOR[i] title LABEL[i]
}
if (LEGEND eq '' && strlen(TITLE) > 0) { plot 2 notitle }
unset key
unset label 99

# Axes in grey below the data; ticks outwards, none on the far sides.
set border 3 ls 90 back
set xtics nomirror
set ytics nomirror
set tics out nomirror scale 0.5,0.25
set grid back ls 91
if (DUMB) { unset grid; set border 3 lt -1 }

# The left margin fits the longest number on the vertical axis; the axis label has a
# place of its own beside it: YLABEL_AT(height of its middle).
LEFT = (YCHARS * CHAR + (DUMB ? 7.5 : 3.0)) * EM
set lmargin at screen sx(LEFT)
set rmargin at screen 1 - sx(1.2 * EM)
YLABEL_AT(middle) = DUMB ? sprintf('at screen 0, screen %g left front', sy(middle)) : \
	sprintf('at screen %g, screen %g center rotate by 90 front', sx(0.95 * EM), sy(middle))

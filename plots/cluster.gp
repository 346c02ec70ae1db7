# SPDX-License-Identifier: GPL-3.0-or-later
# cluster: racks and nodes of a machine, in inches from the top left corner. Block 0 has
# the nodes with the number of their colour; then, where there are any, GPUs and racks.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
unset grid
set xrange [0:W]
set yrange [H:0]
array TINT[9]
do for [i=1:8] { TINT[i] = COLOR[i] }
TINT[9] = 0xB0B0B0
if (strlen(NOTE) > 0) set label 98 NOTE at screen 0.5, screen sy(0.8 * EM) center textcolor rgb '#606060'
do for [i=1:RACKS] { set label i RACK[i] at RX[i] + SHIFT, RY[i] + TOP center }
X(a, b) = (column(a) + column(b)) / 2 + SHIFT
Y(a, b) = (column(a) + column(b)) / 2 + TOP
SET = ' using (X(1,2)):(Y(3,4)):($1+SHIFT):($2+SHIFT):($3+TOP):($4+TOP)'
nodes = 'DATA index 0' . SET . ':(TINT[int($5)]) with boxxyerror fs solid 0.9 noborder lc rgb variable'
gpus = 'DATA index GPUS' . SET . " with boxxyerror fs solid 1 noborder lc rgb '#FFFFFF'"
frames = 'DATA index FRAMES' . SET . " with boxxyerror fs empty border lc rgb '#606060' lw 0.6 dt solid lc rgb '#606060'"
eval 'plot ' . nodes . (GPUS ? ', ' . gpus : '') . (FRAMES ? ', ' . frames : '')
unset multiplot

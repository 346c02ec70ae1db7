# SPDX-License-Identifier: GPL-3.0-or-later
# dag: a graph of tasks, in inches from the top left corner. Blocks 0 to 4 are edges by width,
# the first without bytes; 5 those of the critical path; 6 has the tasks: x, y, radius, on the
# critical path or not, number where it fits.
set lmargin at screen 0
set rmargin at screen 1
set tmargin at screen 1
set bmargin at screen 0
unset border
unset tics
unset grid
unset xlabel
set xrange [0:W]
set yrange [H:0]
set style fill solid 1.0 border lc rgb '#404040'
if (!DUMB) {
	set label 98 NOTE at screen 0.5, screen sy(2.0 * EM) center textcolor rgb '#606060'
	set label 99 NOTE2 at screen 0.5, screen sy(0.8 * EM) center textcolor rgb '#606060'
} else {
	set label 98 NOTE at screen 0, screen sy(2.4 * EM) left
	set label 99 NOTE2 at screen 0, screen sy(1.2 * EM) left
}
Y(y) = y + TOP
INKED = int((1 - INK) * 0xB0) * 0x1000000 + 0x303030
what = 'plot NaN notitle'
if (EDGES[1]) { what = what . ", DATA index 0 using 1:(Y($2)) with lines dt (6,6) lw 0.2 + 0.3 * INK lc rgb INKED" }
do for [k=1:4] {
	if (EDGES[k + 1]) { what = what . sprintf(', DATA index %d using 1:(Y($2)) with lines dt solid lw %g lc rgb INKED', k, (0.3 + 0.55 * (k - 1)) * INK + 0.15 * (1 - INK)) }
}
if (EDGES[6]) { what = what . ", DATA index 5 using 1:(Y($2)) with lines dt solid lw 1 + 1.2 * INK lc rgb COLOR[2]" }
if (!DUMB) { what = what . sprintf(", DATA index 6 using 1:(Y($2)):3:($4 == 1 ? 0xF0B58F : 0xBCDDF2) with circles fs solid 1 noborder lc rgb variable, DATA index 6 using 1:(Y($2)):3 with circles fs empty border dt solid lw %g lc rgb '#404040'", RADIUS > 0.03 ? 0.5 : 0.15) }
if (DUMB) { what = what . ', DATA index 6 using 1:(Y($2)) with points pt "o"' }
if (LABELS || DUMB) { what = what . ', DATA index 6 using 1:(Y($2)):5 with labels' }
eval what
unset multiplot

# queue: one panel for jobs, one for processors; in panel p, blocks
# 2 SERIES (p-1) + 2(i-1) and the next are curve and marks of series i.
foot = 3.6 * EM
gap = 0.8 * EM
tall = (H - TOP - foot - (PANELS - 1) * gap) / PANELS
set lmargin at screen sx(6.4 * EM)
set rmargin at screen 1 - sx(1.2 * EM)
set xrange [XLO:XHI]
set multiplot
do for [p=1:PANELS] {
	top = H - TOP - (p - 1) * (tall + gap)
	set tmargin at screen sy(top)
	set bmargin at screen sy(top - tall)
	set yrange [0:YHI[p]]
	eval 'set ytics ' . YTICKS[p]
	set ylabel YLABEL[p] offset 0.6,0
	if (p == PANELS) {
		eval 'set xtics ' . XTICKS
		set xlabel XLABEL offset 0,0.4
	} else {
		set xtics XSTEP format ''
	}
	b = 2 * SERIES * (p - 1)
	plot for [i=1:SERIES] DATA index b+2*(i-1) using 1:2 with steps lt i notitle, \
	     for [i=1:SERIES] DATA index b+2*(i-1)+1 using 1:2 with points lt i notitle, \
	     for [i=1:SERIES] keyentry with linespoints lt i title (p == 1 ? LABEL[i] : '')
	unset key
	unset label 99
}
unset multiplot

# utilization: blocks 2(i-1) and 2(i-1)+1 are bins and marks of series i.
set lmargin at screen sx(5.0 * EM)
set rmargin at screen 1 - sx(1.2 * EM)
set bmargin at screen sy(3.6 * EM)
set tmargin at screen 1 - sy(TOP)
set xrange [XLO:XHI]
set yrange [0:YHI]
set xtics @XTICKS
set ytics YHI / 4.
set xlabel XLABEL . ', bins of ' . BIN offset 0,0.4
set ylabel (LATEX ? 'busy processors (\%)' : 'busy processors (%)') offset 1.2,0
plot for [i=1:SERIES] DATA index 2*(i-1) using 1:2 with steps lt i notitle, \
     for [i=1:SERIES] DATA index 2*(i-1)+1 using 1:2 with points lt i notitle, \
     for [i=1:SERIES] keyentry with linespoints lt i title LABEL[i]

# What R says of the people in people.csv, to compare our scores with. R's survey package (GPL) is a tool that we run,
# never a part of the service; tests read the values that it left in values.csv and need no R.
# To make them again (apt-get install r-cran-survey):
#     Rscript tests/spec/reference/reference.R
suppressPackageStartupMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
people <- read.csv(file.path(here, "people.csv"))
people$stratum <- interaction(people$unit, people$staff_group, drop = TRUE)
frame <- unique(people[c("unit", "directorate", "staff_group", "eligible", "stratum")])
everybody <- sum(frame$eligible)
names <- character(); values <- numeric()
tell <- function(name, value) {
  value <- as.numeric(value)
  names <<- c(names, if (length(value) == 1) name else paste(name, seq_along(value)))
  values <<- c(values, value)
}

# A stratified sample of a finite population: svymean with strata and fpc
of <- function(rows) svydesign(id = ~1, strata = ~stratum, fpc = ~eligible, data = people[rows, ])
for (some in c("Care", "Support")) {
  found <- svymean(~score, of(people$directorate == some))
  tell(paste("svymean", some, "mean"), coef(found)); tell(paste("svymean", some, "variance"), SE(found)^2)
}
found <- svymean(~score, of(TRUE))
tell("svymean all mean", coef(found)); tell("svymean all variance", SE(found)^2)

# The same people as a simple random sample, weighted afterwards: postStratify
people$all <- everybody
simple <- svydesign(id = ~1, fpc = ~all, data = people)
strata <- data.frame(stratum = frame$stratum, Freq = frame$eligible)
tell("postStratify mean", coef(svymean(~score, postStratify(simple, ~stratum, strata))))

# One unit: a simple random sample of a finite population
ward <- people[people$unit == "Ward 1", ]
ward$size <- sum(frame$eligible[frame$unit == "Ward 1"])
tell("svymean Ward 1 variance", SE(svymean(~score, svydesign(id = ~1, fpc = ~size, data = ward)))^2)

# Raking to staff groups and directorates
margin <- function(by) { of <- aggregate(eligible ~ ., frame[c(by, "eligible")], sum); names(of)[2] <- "Freq"; of }
raked <- rake(simple, list(~staff_group, ~directorate), list(margin("staff_group"), margin("directorate")),
              control = list(maxit = 1000, epsilon = 1e-12))
weight <- weights(raked) * nrow(people) / everybody
tell("rake weight", weight[!duplicated(people$stratum)])
tell("rake mean", weighted.mean(people$score, weight))

# Variance within units: the residual mean square of an analysis of variance
tell("aov residual", summary(aov(score ~ unit, people))[[1]]["Residuals", "Mean Sq"])

# Two units as if they were two rounds: Welch's test
welch <- t.test(people$score[people$unit == "Ward 2"], ward$score)
tell("t.test p", welch$p.value)
tell("t.test half width", diff(welch$conf.int) / 2)
tell("t.test df", welch$parameter)

# A change from two published margins: t.test on people like them, of whom the longer arm is Student's margin at n + 3.
# Value, low, high, lower end of the band of answers, eligible, lower end of the band of what a weighted mean is worth
like <- function(of, mean, finite) {
  eligible <- max(of[5], ceiling(10 * of[4] / 9))
  people <- of[6]
  spread <- max(of[1] - of[2], of[3] - of[1]) / qt(0.975, people + 3) * sqrt(people / (1 - of[4] / eligible))
  if (finite) spread <- spread * sqrt(1 - people / ceiling(people * eligible / of[4]))
  mean + as.numeric(scale(1:people)) * spread
}
margins <- list(list(c(52, 44, 60, 20, 40, 20), c(47, 40, 56, 25, 60, 25)), list(c(60, 57, 63, 400, 900, 310), c(56, 52, 59, 200, 210, 120)))
for (one in seq_along(margins)) {
  both <- margins[[one]]
  later <- both[[1]][1] + 1  # of means that were not rounded
  for (finite in c(FALSE, TRUE)) {
    found <- t.test(like(both[[1]], later, finite), like(both[[2]], both[[2]][1], finite))
    tell(paste("t.test margins", one, finite), c(diff(found$conf.int) / 2, found$p.value))
  }
}

# Quantiles and distribution of Student's t
tell("qt", qt(0.975, c(8, 15, 33, 5.5, 200)))
tell("pt", pt((c(20, 40, 60, 80) - 47.3) / 6.1, 12))

# Shares: Wilson at the effective size, and the tails of the hypergeometric distribution
sizes <- list(c(4, 5, 8), c(6, 12, 20), c(3, 30, 60), c(0, 24, 27))
for (one in sizes) {
  n <- one[2] * (one[3] - 1) / (one[3] - one[2])
  tell(paste("prop.test", paste(one, collapse = " ")), suppressWarnings(prop.test(one[1] / one[2] * n, n, correct = FALSE))$conf.int)
  all <- one[1]:(one[1] + one[3] - one[2])
  tails <- pmin(phyper(one[1], all, one[3] - all, one[2]), phyper(one[1] - 1, all, one[3] - all, one[2], lower.tail = FALSE))
  tell(paste("phyper", paste(one, collapse = " ")), range(all[tails > 0.025]) / one[3])
}

# Benjamini and Hochberg
p <- c(0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216, 0.222, 0.251, 0.269, 0.275, 0.34)
tell("p.adjust", p.adjust(p, "BH"))

write.csv(data.frame(name = names, value = sprintf("%.17g", values)),
          file.path(here, "values.csv"), row.names = FALSE, quote = FALSE)

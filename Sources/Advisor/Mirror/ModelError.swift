/// Deviation of a model's slab memory from the kernel's over time, in percent of the kernel's.
package struct ModelError: Sendable, Hashable {
  /// Deviation at the last comparison; positive if the model has more.
  package private(set) var current = 0.0
  /// Deviation with the largest magnitude so far.
  package private(set) var worst = 0.0
  /// Number of comparisons.
  package private(set) var comparisons = 0
  private var sumOfMagnitudes = 0.0

  /// Mean magnitude of all deviations; 0 before the first comparison.
  package var mean: Double { comparisons == 0 ? 0 : sumOfMagnitudes / Double(comparisons) }

  /// Creates the error of a model that was not compared yet.
  package init() {}

  /// Adds a comparison. A kernel without slab memory is left out.
  package mutating func add(modelBytes: Int, kernelBytes: Int) {
    guard kernelBytes > 0 else { return }
    current = Double(modelBytes - kernelBytes) / Double(kernelBytes) * 100
    if abs(current) > abs(worst) { worst = current }
    sumOfMagnitudes += abs(current)
    comparisons += 1
  }
}

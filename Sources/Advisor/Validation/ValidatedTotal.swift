/// Total of several caches of a ``ModelValidation``.
///
/// The error at a sample is the sum of the absolute errors of the caches, so that opposite errors of two caches do not cancel
/// out.
package struct ValidatedTotal: Sendable, Hashable, Encodable {
  /// Change of the bytes of slabs in the kernel at each sample.
  package let kernelBytes: [Int]
  /// Change of the bytes of slabs in the replay at each sample.
  package let modelBytes: [Int]
  /// Sum of the absolute errors of the caches at each sample, in bytes.
  package let errorBytes: [Int]
  /// Largest absolute change in the kernel, in bytes.
  package let peakBytes: Int
  /// Mean and maximum of ``errorBytes``.
  package let error: ValidatedCache.ByteError

  init(_ caches: [ValidatedCache], samples: Int) {
    func sum(_ value: (ValidatedCache, Int) -> Int) -> [Int] {
      (0..<samples).map { sample in caches.reduce(0) { $0 + value($1, sample) } }
    }
    kernelBytes = sum { $0.kernel[$1].bytes }
    modelBytes = sum { $0.model[$1].bytes }
    errorBytes = sum { abs($0.model[$1].bytes - $0.kernel[$1].bytes) }
    peakBytes = kernelBytes.map(abs).max() ?? 0
    error = ValidatedCache.ByteError(errorBytes)
  }

  /// Change in bytes from which the allowed error is proportional to the change.
  package static let largeChange = 4 << 20

  /// Maximum mean error of a valid model in bytes: 10 % of ``peakBytes`` if that is at least ``largeChange``, otherwise 256 KiB.
  package var allowedError: Double { peakBytes >= ValidatedTotal.largeChange ? Double(peakBytes) / 10 : 256 * 1024 }

  /// Whether the mean error is at most ``allowedError``.
  package var isWithinBounds: Bool { error.mean <= allowedError }

  private enum CodingKeys: String, CodingKey {
    case error
    case kernelBytes = "kernel_bytes"
    case modelBytes = "model_bytes"
    case errorBytes = "error_bytes"
    case peakBytes = "peak_bytes"
    case allowedError = "allowed_error"
    case isWithinBounds = "within_bounds"
  }

  /// Encodes every figure under its snake_case name.
  package func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(peakBytes, forKey: .peakBytes)
    try object.encode(error, forKey: .error)
    try object.encode(allowedError, forKey: .allowedError)
    try object.encode(isWithinBounds, forKey: .isWithinBounds)
    try object.encode(kernelBytes, forKey: .kernelBytes)
    try object.encode(modelBytes, forKey: .modelBytes)
    try object.encode(errorBytes, forKey: .errorBytes)
  }
}

/// Several caches of a `ModelValidation` together.
///
/// The error at a sample is the sum of the caches' absolute errors, so that one cache's excess does not make up for what
/// another one lacks.
public struct ValidatedTotal: Sendable, Hashable, Encodable {
  /// Change of slab bytes in the kernel, at each sample.
  public let kernelBytes: [Int]
  /// Change of slab bytes in the replay, at each sample.
  public let modelBytes: [Int]
  /// Sum of the caches' absolute errors, at each sample.
  public let errorBytes: [Int]
  /// The greatest change in the kernel, up or down.
  public let peakBytes: Int
  /// The mean and the greatest of `errorBytes`.
  public let error: ValidatedCache.Error

  init(_ caches: [ValidatedCache], samples: Int) {
    func sum(_ value: (ValidatedCache, Int) -> Int) -> [Int] {
      (0..<samples).map { sample in caches.reduce(0) { $0 + value($1, sample) } }
    }
    kernelBytes = sum { $0.kernel[$1].bytes }
    modelBytes = sum { $0.model[$1].bytes }
    errorBytes = sum { abs($0.model[$1].bytes - $0.kernel[$1].bytes) }
    peakBytes = kernelBytes.map(abs).max() ?? 0
    error = ValidatedCache.Error(errorBytes)
  }

  /// Changes from which on an error is judged as a share of them.
  public static let largeChange = 4 << 20

  /// The mean error that a model may have: 10 % of a large change, 256 KiB of a smaller one.
  public var allowedError: Double { peakBytes >= ValidatedTotal.largeChange ? Double(peakBytes) / 10 : 256 * 1024 }

  /// Whether the mean error is at most what is allowed.
  public var isWithinBounds: Bool { error.mean <= allowedError }

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
  public func encode(to encoder: any Encoder) throws {
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

/// Live objects of the general caches by requested size, and the size classes that serve them.
package struct LiveSizes: Sendable, Hashable {
  /// Live objects of one requested size.
  package struct Size: Sendable, Hashable {
    /// Requested bytes.
    package var bytes: Int
    /// Live objects.
    package var objects: Int

    /// Creates the figures of a requested size.
    package init(bytes: Int, objects: Int) { (self.bytes, self.objects) = (bytes, objects) }
  }

  /// Size class with its live objects.
  struct Class: Hashable {
    var size: Int
    var objects = 0
    var requestedBytes = 0
    /// Bytes lost to rounding.
    var roundingBytes: Int { objects * size - requestedBytes }
  }

  /// Requested sizes of live objects, ascending.
  package var sizes: [Size]
  /// Size classes in service, ascending.
  package var classes: [Int]
  /// Size classes that the advisor computed; empty before it was asked.
  package var advised: [Int] = []

  /// Live objects whose request the recorded kernel had rounded up, counted with their known bytes in use.
  package var knownUseObjects = 0
  /// Live objects whose request the recorded kernel had rounded up and whose bytes in use are unknown.
  package var unknownUseObjects = 0

  /// Note for the title on requests that the recorded kernel had rounded up; nil if there are none.
  var roundingNote: String? {
    let rounded = knownUseObjects + unknownUseObjects
    guard rounded > 0 else { return nil }
    guard knownUseObjects > 0 else {
      return
        "\(NumberFormat.count(unknownUseObjects)) skb data buffers with unknown use: the kernel rounds them up first"
    }
    return "skb data by bytes in use, known of \(NumberFormat.percent(knownUseObjects, of: rounded))"
  }

  /// Creates the figures of live objects and size classes.
  package init(sizes: [Size], classes: [Int], advised: [Int] = []) {
    (self.sizes, self.classes, self.advised) = (sizes, classes, advised)
  }

  /// Returns the requested sizes that a class in service serves.
  func requests(ofClass size: Int) -> ClosedRange<Int> { ((classes.last { $0 < size } ?? 0) + 1)...size }

  /// Returns the classes that would have objects if `classes` (ascending) were in service.
  func usedClasses(of classes: [Int]) -> [Class] {
    var found: [Class] = []
    var position = 0
    for size in sizes {
      while position < classes.count, classes[position] < size.bytes { position += 1 }
      guard position < classes.count else { break }
      if found.last?.size != classes[position] { found.append(Class(size: classes[position])) }
      found[found.count - 1].objects += size.objects
      found[found.count - 1].requestedBytes += size.objects * size.bytes
    }
    return found
  }

  /// Returns the share of rounding in the allocated bytes of live objects if `classes` (ascending) were in service.
  func roundingShare(of classes: [Int]) -> Double {
    let used = usedClasses(of: classes)
    let (allocated, rounding) = used.reduce((0, 0)) { ($0.0 + $1.objects * $1.size, $0.1 + $1.roundingBytes) }
    return allocated == 0 ? 0 : Double(rounding) / Double(allocated)
  }
}

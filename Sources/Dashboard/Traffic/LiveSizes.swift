/// What lives in the general caches at the moment, by exact request size, and the classes that serve it.
public struct LiveSizes: Sendable, Hashable {
  /// Bytes asked for, ascending, and how many live objects asked for so many.
  public struct Size: Sendable, Hashable {
    /// Bytes asked for.
    public var bytes: Int
    /// Live objects.
    public var objects: Int

    /// So many objects of so many bytes.
    public init(bytes: Int, objects: Int) { (self.bytes, self.objects) = (bytes, objects) }
  }

  /// One general cache, and what it serves.
  struct Class: Hashable {
    var size: Int
    var objects = 0
    var requestedBytes = 0
    /// Bytes that nobody asked for.
    var lostBytes: Int { objects * size - requestedBytes }
  }

  /// Sizes of live requests, ascending.
  public var sizes: [Size]
  /// Sizes of the general caches in service, ascending.
  public var classes: [Int]
  /// Sizes that the advisor would have, once it was asked.
  public var advised: [Int] = []

  /// Number of live objects whose request the recorded kernel had rounded up and whose size here is the bytes in use.
  public var usedObjects = 0
  /// Number of live objects whose request the recorded kernel had rounded up and of which the bytes in use are not known.
  public var hiddenObjects = 0

  /// What is known of the sizes, for the title; nil if every request says what its owner needed.
  var knowledge: String? {
    let rounded = usedObjects + hiddenObjects
    guard rounded > 0 else { return nil }
    guard usedObjects > 0 else {
      return "use of \(Figures.count(hiddenObjects)) skb data unknown: the kernel rounds them up before it asks"
    }
    return "of skb data what was in use, known of \(Figures.percent(usedObjects, of: rounded))"
  }

  /// What lives, and what serves it.
  public init(sizes: [Size], classes: [Int], advised: [Int] = []) {
    (self.sizes, self.classes, self.advised) = (sizes, classes, advised)
  }

  /// The classes that have objects, some sizes being in service.
  func used(_ classes: [Int]) -> [Class] {
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

  /// Of the bytes of live objects, the share that nobody asked for, with some sizes in service.
  func lostShare(_ classes: [Int]) -> Double {
    let used = used(classes)
    let (held, lost) = used.reduce((0, 0)) { ($0.0 + $1.objects * $1.size, $0.1 + $1.lostBytes) }
    return held == 0 ? 0 : Double(lost) / Double(held)
  }
}

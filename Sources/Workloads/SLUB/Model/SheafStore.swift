/// Storage of all sheaves (struct slab_sheaf) of all caches. A sheaf is an array of objects, each represented by the number
/// of its slab.
struct SheafStore {
  /// Sheaf whose objects are the `count` elements of `entries` from `first` on.
  private struct Sheaf: BitwiseCopyable {
    let first: Int32
    let capacity: Int32
    var count: Int32 = 0
    var next = SLUBModel.none
  }

  private var sheaves: [Sheaf] = []
  private var entries: [Int32] = []

  /// Creates an empty sheaf and returns its number.
  mutating func make(capacity: Int32) -> Int32 {
    sheaves.append(Sheaf(first: Int32(entries.count), capacity: capacity))
    entries.append(contentsOf: repeatElement(SLUBModel.none, count: Int(capacity)))
    return Int32(sheaves.count - 1)
  }

  /// Returns the number of objects in a sheaf.
  @inline(__always)
  func count(_ sheaf: Int32) -> Int32 { sheaves[Int(sheaf)].count }

  /// Adds an object to a sheaf that is not full.
  @inline(__always)
  mutating func push(_ slab: Int32, to sheaf: Int32) {
    entries[Int(sheaves[Int(sheaf)].first &+ sheaves[Int(sheaf)].count)] = slab
    sheaves[Int(sheaf)].count &+= 1
  }

  /// Removes and returns the object added last to a sheaf that is not empty.
  @inline(__always)
  mutating func pop(_ sheaf: Int32) -> Int32 {
    sheaves[Int(sheaf)].count &-= 1
    return entries[Int(sheaves[Int(sheaf)].first &+ sheaves[Int(sheaf)].count)]
  }

  /// Adds a sheaf to the head of a list.
  /// - Parameter list: First sheaf of the list, or `none`.
  mutating func link(_ sheaf: Int32, to list: inout Int32) {
    sheaves[Int(sheaf)].next = list
    list = sheaf
  }

  /// Removes and returns the first sheaf of a list that is not empty.
  mutating func unlinkFirst(of list: inout Int32) -> Int32 {
    let sheaf = list
    list = sheaves[Int(sheaf)].next
    sheaves[Int(sheaf)].next = SLUBModel.none
    return sheaf
  }

  /// Returns the next sheaf in a list, or `none`.
  func next(_ sheaf: Int32) -> Int32 { sheaves[Int(sheaf)].next }
}

/// What a socket consists of besides its protocol's part: an inode and a file (net/socket.c, fs/file_table.c).
struct SocketFile: BitwiseCopyable, Sendable {
  var inode: UInt32
  var securityInode: UInt32
  var dentry: UInt32
  var file: UInt32
  var securityFile: UInt32
}

/// That an epoll set watches a file (fs/eventpoll.c).
struct EpollWatch: BitwiseCopyable, Sendable {
  var item: UInt32
  var head: UInt32
  var entry: UInt32
}

extension NetworkStack {
  /// sock_alloc and sock_map_fd: the file of a new socket.
  mutating func makeSocketFile(cpu: Int) -> SocketFile {
    SocketFile(
      inode: make(.socketInode, .sockInode, cpu: cpu), securityInode: make(.securityInode, .securityInode, cpu: cpu),
      dentry: make(.dentry, .makeDentry, cpu: cpu), file: make(.file, .makeFile, cpu: cpu),
      securityFile: make(.securityFile, .securityFile, cpu: cpu))
  }

  /// close: inodes go after a grace period.
  mutating func close(_ file: SocketFile, cpu: Int) {
    free(file.dentry, .dentry, cpu: cpu)
    free(file.securityFile, .securityFile, cpu: cpu)
    free(file.file, .file, cpu: cpu)
    freeAfterGrace(file.inode, .socketInode, cpu: cpu)
    freeAfterGrace(file.securityInode, .securityInode, cpu: cpu)
  }

  /// EPOLL_CTL_ADD.
  mutating func watch(cpu: Int) -> EpollWatch {
    EpollWatch(
      item: make(.epollItem, .addEpoll, cpu: cpu), head: make(.epollHead, .addEpoll, cpu: cpu),
      entry: make(.epollEntry, .queueEpoll, cpu: cpu))
  }

  /// EPOLL_CTL_DEL, or the watched file's end.
  mutating func unwatch(_ watch: EpollWatch, cpu: Int) {
    free(watch.entry, .epollEntry, cpu: cpu)
    free(watch.head, .epollHead, cpu: cpu)
    freeAfterGrace(watch.item, .epollItem, cpu: cpu)
  }

  /// Reads a file as a web server does: its path looked up, opened, sent, closed.
  mutating func serveFile(cpu: Int, _ body: (inout NetworkStack) -> Void) {
    let path = make(.path, .pathName, cpu: cpu)
    let file = make(.file, .makeFile, cpu: cpu)
    let security = make(.securityFile, .securityFile, cpu: cpu)
    advance(microseconds: 4)
    free(path, .path, cpu: cpu)
    advance(microseconds: 5)
    body(&self)
    advance(microseconds: 5)
    free(security, .securityFile, cpu: cpu)
    free(file, .file, cpu: cpu)
  }
}

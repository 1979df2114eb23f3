"""What speaks MCP: the tool by which a model hands in its answer, and how a client starts it.

order.write_text(order_text(Order(out="/private/answer.json", terms=terms)))
command = submit_command("/private/order.json")     # for the client's list of MCP servers
# ... the model works; the server checks what it hands in, and lays down the first answer that holds
answer = accept(pathlib.Path("/private/answer.json").read_text(), terms)
"""

"""What speaks MCP: the tool by which a model hands in its answer, and how a client starts it.

    from scafld.adapters.mcp.launch import submit_command
    from scafld.adapters.mcp.order import Order, order_text
    from scafld.core.evidence.terms import Subject, Terms

    with open("/private/order.json", "w") as file:      # in a folder that no tool of the model reaches
        file.write(order_text(Order(out="/private/answer.json", terms=Terms(subject=Subject.REVIEW))))
    submit_command("/private/order.json")               # for the client's list of MCP servers

The model works; the server checks what it hands in, and lays down the first answer that holds. `accept` of
`scafld.adapters.codec.answers` reads it again.
"""
